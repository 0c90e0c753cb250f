// What is under way, by its id: begun and ended all the time, never many at once.

/**
 * Things by their ids, in the order in which they began. A Map would do, but for one trait: each time it tidies up after
 * entries that were removed, V8 links its old table to the new one, so that of a Map in steady use one old table keeps
 * all later ones alive, with what they refer to, until the next full collection. That was 7 KB for each request.
 */
export class UnderWay<Thing> {
  #things = withoutThings<Thing>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: string): Thing | undefined {
    return this.#things[id];
  }

  /** @param id of something that is not under way; not a number */
  begin(id: string, thing: Thing): void {
    this.#things[id] = thing;
    this.#size += 1;
  }

  /** Returns what has ended; undefined when it was not under way. */
  end(id: string): Thing | undefined {
    const thing = this.#things[id];
    if (thing === undefined) return undefined;
    this.#size -= 1;
    // oxlint-disable-next-line typescript/no-dynamic-delete -- a Map is what this is not to be
    delete this.#things[id];
    return thing;
  }

  /** Lets go of the one that began first. */
  forgetOldest(): void {
    for (const id in this.#things) {
      this.end(id);
      return;
    }
  }

  /** All of them, oldest first. */
  all(): readonly Thing[] {
    return Object.values(this.#things);
  }
}

function withoutThings<Thing>(): Record<string, Thing> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object without a prototype has no other fields
  return Object.create(null) as Record<string, Thing>;
}
