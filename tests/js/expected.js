import { readFileSync } from "node:fs";

/** What Python computed for the same input, or null where no test of Python's asked for this run. */
export const expected = process.env.EXPECTED ? JSON.parse(readFileSync(process.env.EXPECTED, "utf8")) : null;
