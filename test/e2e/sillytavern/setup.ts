// Before all stories: SillyTavern is installed where it is missing. Every file of stories then starts its own.
import type { TestProject } from 'vitest/node';
import { installedSillyTavern } from './install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of SillyTavern's package. */
    readonly sillyTavernFolder: string;
  }
}

/** Vitest calls it once, without a time limit. */
export default function setup(project: TestProject): void {
  project.provide('sillyTavernFolder', installedSillyTavern());
}
