// The page's scripts are no modules: several stand one after the other and run as one function. Tests load them so, too.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const FOLDER = join(__dirname, "..", "..", "emoji_qa", "page");

/** Runs files of the page and gives what they define under these names. */
exports.load = (files, names) => {
  const text = files.map((file) => readFileSync(join(FOLDER, file), "utf8")).join("\n");
  return new Function(`"use strict";\n${text}\nreturn { ${names.join(", ")} };`)();
};

/** What Python computed for the same input, or null where no test of Python's asked for this run. */
exports.expected = process.env.EXPECTED ? JSON.parse(readFileSync(process.env.EXPECTED, "utf8")) : null;
