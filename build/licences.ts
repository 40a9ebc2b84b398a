import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package declares it. */
  readonly licence: string;
  /** The texts of its licence and notice files; empty where the package ships none. */
  readonly texts: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Apache-2.0 asks for NOTICE files to be passed on, so they count as well. */
const legalFile = /^(licen[cs]e|copying|notice)/i;

/** Sorted by name. Throws for a package that declares no licence: it may not be passed on. */
export async function bundledPackages(folders: readonly string[]): Promise<BundledPackage[]> {
  const packages = await Promise.all(folders.map(readPackage));
  return packages.sort((one, other) => one.name.localeCompare(other.name) || one.version.localeCompare(other.version));
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version, license: licence } = manifest;
  if (licence === undefined) throw new Error(`${name} ${version} declares no licence`);
  const files = await readdir(folder, { withFileTypes: true });
  const legal = files.filter((file) => file.isFile() && legalFile.test(file.name)).map((file) => file.name);
  const texts = await Promise.all(legal.sort().map((file) => readFile(join(folder, file), "utf8")));
  return { name, version, licence, texts: texts.map((text) => text.trim()) };
}

/** One section a package. */
export function licenceText(packages: readonly BundledPackage[]): string {
  const sections = packages.map(({ name, version, licence, texts }) =>
    [`${name} ${version}`, `Licence: ${licence}`, ...texts].join("\n\n"),
  );
  return `${sections.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
