import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "..");

/** A program that is built into one file, and what it reads beside it while it runs. Paths count from the root. */
export interface Program {
  readonly entry: string;
  /** Name of the bundle. */
  readonly file: string;
  /** Where the bundle goes unless told. */
  readonly folder: string;
  /** Modules that it loads by their path while it runs: bundles of their own, in the folder named. */
  readonly loaded?: { readonly folder: string; readonly entries: readonly string[] };
  /** Files that are copied as they are: source → name in the bundle's folder. */
  readonly copied?: Readonly<Record<string, string>>;
}

/** PostgreSQL's own parser, which tells reads from writes. */
const parser = { "node_modules/libpg-query/wasm/libpg-query.wasm": "libpg-query.wasm" };

const migrations = "runtime/src/schema/migrations";
const migrationFiles = (ending: string): string[] =>
  readdirSync(join(root, migrations)).filter((name) => name.endsWith(ending));

/** Every program that runs in an image, by the image's name. */
export const programs = {
  autoscaler: () => ({ entry: "autoscaler/src/main.ts", file: "autoscaler.mjs", folder: "autoscaler/dist" }),
  "api-gateway": () => ({
    entry: "services/api-gateway/src/main.ts",
    file: "api-gateway.mjs",
    folder: "services/api-gateway/dist",
    copied: parser,
  }),
  "workflow-worker": () => ({
    entry: "services/workflow-worker/src/main.ts",
    file: "workflow-worker.mjs",
    folder: "services/workflow-worker/dist",
    copied: parser,
  }),
  // A function, as its files are listed: the others are built where there are none.
  schema: () => ({
    entry: "runtime/src/schema/main.ts",
    // What the pods of the schema run.
    file: "schema.js",
    folder: "build/schema/dist",
    loaded: { folder: "migrations", entries: migrationFiles(".ts").map((name) => `${migrations}/${name}`) },
    copied: Object.fromEntries(migrationFiles(".sql").map((name) => [`${migrations}/${name}`, `migrations/${name}`])),
  }),
} as const satisfies Readonly<Record<string, () => Program>>;

export type ProgramName = keyof typeof programs;

export const isProgram = (name: string): name is ProgramName => Object.hasOwn(programs, name);
