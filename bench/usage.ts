// What programs of the command line say about options that can not be used.

/** What `parse` gives. Throws with its words, and with what can be said, for options that can not be used. */
export function explained<Options>(usage: string, parse: () => Options): Options {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}
