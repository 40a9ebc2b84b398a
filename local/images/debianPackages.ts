import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An installed package of a Debian root file system. */
export interface DebianPackage {
  readonly name: string;
  /** As Debian writes it, for example "5:8.0.2-3+deb13u3". */
  readonly version: string;
  readonly architecture: string;
  /** Each with its alternatives, in the order of preference. */
  readonly dependencies: readonly (readonly string[])[];
  /** Names that others may depend on in place of its own. */
  readonly provides: readonly string[];
}

const statusFile = "var/lib/dpkg/status";

/** The text that dpkg keeps of all packages; it changes with every package and version. */
export const readStatus = (root: string): string => readFileSync(join(root, statusFile), "utf8");

/** The packages that are installed, by name. */
export function parseStatus(status: string): ReadonlyMap<string, DebianPackage> {
  const packages = status
    .split(/\n\n+/)
    .map(fieldsOf)
    .filter((fields) => fields.get("Status") === "install ok installed")
    .map(toPackage);
  return new Map(packages.map((one) => [one.name, one]));
}

/**
 * The packages named and all they need, sorted. Those of `withoutThem` are not followed when another needs them, but
 * still count when they are named. Throws for a package that is not installed.
 */
export function closure(
  packages: ReadonlyMap<string, DebianPackage>,
  names: readonly string[],
  withoutThem: readonly string[] = [],
): string[] {
  const providers = new Map([...packages.values()].flatMap(({ name, provides }) => provides.map((one) => [one, name])));
  const resolve = (name: string): string | undefined => (packages.has(name) ? name : providers.get(name));
  const found = new Set<string>();
  const follow = (alternatives: readonly string[], by: string): void => {
    if (alternatives.some((name) => withoutThem.includes(name))) return;
    const name = alternatives.map(resolve).find((one) => one !== undefined);
    if (name === undefined) throw new Error(`${by} needs ${alternatives.join(" or ")}, which is not installed`);
    if (withoutThem.includes(name)) return;
    add(name);
  };
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const alternatives of packages.get(name)?.dependencies ?? []) follow(alternatives, name);
  };
  for (const name of names) {
    if (!packages.has(name)) throw new Error(`the package ${name} is not installed`);
    add(name);
  }
  return [...found].sort();
}

/** What dpkg installed of the package: absolute paths of the root file system, folders among them. */
export function listedPaths(root: string, { name, architecture }: DebianPackage): string[] {
  const info = join(root, "var/lib/dpkg/info");
  // Packages that may be installed for several architectures at once bear theirs in the name.
  const file = [`${name}:${architecture}.list`, `${name}.list`].map((one) => join(info, one)).find(existsSync);
  if (file === undefined) throw new Error(`dpkg has no list of files of ${name}`);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((path) => path !== "" && path !== "/.");
}

function fieldsOf(stanza: string): ReadonlyMap<string, string> {
  const fields = stanza.matchAll(/^([\w-]+):\s*(.*(?:\n[ \t].*)*)/gm);
  return new Map([...fields].map(([, name = "", value = ""]) => [name, value]));
}

function toPackage(fields: ReadonlyMap<string, string>): DebianPackage {
  const field = (name: string): string => fields.get(name) ?? "";
  const items = (name: string): string[] =>
    field(name)
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean);
  return {
    name: field("Package"),
    version: field("Version"),
    architecture: field("Architecture"),
    dependencies: [...items("Pre-Depends"), ...items("Depends")].map((item) => item.split("|").map(bareName)),
    provides: items("Provides").map(bareName),
  };
}

/** Without version and architecture: "python3:any (>= 3.9)" is python3. */
const bareName = (text: string): string => text.trim().replace(/[\s(:[].*$/s, "");
