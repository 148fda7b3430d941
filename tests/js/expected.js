import { readFileSync } from "node:fs";

/** What Python computed for the same input, or null if this run was not started by a Python test. */
export const expected = process.env.EXPECTED ? JSON.parse(readFileSync(process.env.EXPECTED, "utf8")) : null;
