import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser, type Instruction as Parsed, type JSONInstruction } from "dockerfile-ast";
import { repositoryRoot } from "../paths.ts";

/** One instruction of the Dockerfile: its word, its flags (`--from=build`) and its arguments. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: readonly string[];
  /** Of a RUN without brackets the whole shell text is the one argument. */
  readonly args: readonly string[];
}

/** The stages of a Dockerfile in their order, each beginning with its FROM. The path counts from the root. */
export function readStages(path: string): Instruction[][] {
  const text = readFileSync(join(repositoryRoot, path), "utf8");
  const stages: Instruction[][] = [];
  for (const parsed of DockerfileParser.parse(text).getInstructions()) {
    const instruction = read(parsed);
    if (instruction.keyword === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

export const instructions = (stage: readonly Instruction[], keyword: string): Instruction[] =>
  stage.filter((one) => one.keyword === keyword);

function read(parsed: Parsed): Instruction {
  const keyword = parsed.getKeyword();
  const { flags, json } = isJson(parsed)
    ? { flags: parsed.getFlags().map(String), json: parsed.getJSONStrings().map((one) => one.getJSONValue()) }
    : { flags: [], json: [] };
  if (json.length > 0) return { keyword, flags, args: json };
  if (keyword === "RUN") return { keyword, flags, args: [parsed.getRawArgumentsContent() ?? ""] };
  return { keyword, flags, args: parsed.getArguments().map(String) };
}

/** The instructions that may be written with brackets are those that may have flags. */
const isJson = (parsed: Parsed): parsed is JSONInstruction => "getJSONStrings" in parsed;
