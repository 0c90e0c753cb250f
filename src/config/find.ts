// Which configuration file is used. Nothing is read here.
import { configFolder, pathsOf, type Surroundings } from './folders.ts';

/** Why a file was chosen: named by `--config`, by FIRST_HOP_CONFIG, or found in a folder. */
export type BecauseOf = 'flag' | 'variable' | 'current-folder' | 'user-folder';

export type FoundConfig =
  | { readonly kind: 'file'; readonly path: string; readonly because: BecauseOf }
  /** A file was named that does not exist; `message` says so. */
  | { readonly kind: 'missing'; readonly path: string; readonly because: BecauseOf; readonly message: string }
  /** No file was named and none was found; these places were looked at. */
  | { readonly kind: 'none'; readonly looked: readonly string[] };

/** What the search depends on. */
export interface SearchPlace extends Surroundings {
  /** The value of `--config`. */
  readonly flag: string | undefined;
  readonly cwd: string;
  readonly exists: (path: string) => boolean;
}

/** `--config`, else FIRST_HOP_CONFIG, else ./config.yaml, else config.yaml in the user's configuration folder. */
export function findConfig(place: SearchPlace): FoundConfig {
  const paths = pathsOf(place.platform);
  const named = (path: string, because: BecauseOf, how: string): FoundConfig => {
    const full = paths.resolve(place.cwd, path);
    if (place.exists(full)) return { kind: 'file', path: full, because };
    const message = `The configuration file ${full}, named by ${how}, does not exist. Check the name, or create it with the command init`;
    return { kind: 'missing', path: full, because, message };
  };
  if (place.flag !== undefined) return named(place.flag, 'flag', '--config');
  const variable = place.env['FIRST_HOP_CONFIG'];
  if (variable) return named(variable, 'variable', 'FIRST_HOP_CONFIG');

  const here = { path: paths.join(place.cwd, 'config.yaml'), because: 'current-folder' } as const;
  const user = { path: paths.join(configFolder(place), 'config.yaml'), because: 'user-folder' } as const;
  const found = [here, user].find(({ path }) => place.exists(path));
  return found === undefined ? { kind: 'none', looked: [here.path, user.path] } : { kind: 'file', ...found };
}
