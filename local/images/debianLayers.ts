import { accountFiles } from "./accounts.ts";
import { filesOf, type Debian } from "./debianFiles.ts";
import type { Layer } from "./imageRecipe.ts";

/** Of every image but those of one static program: what the C library needs to run programs and to resolve names. */
const libraries = ["base-files", "libc6", "libc-bin", "libstdc++6", "netbase"];
/** What scripts call. */
const shell = ["dash", "coreutils", "grep", "hostname", "mawk", "sed"];

// Written by the packages' own scripts, so that dpkg does not list them.
const madeByScripts = {
  // The public authorities, as one file.
  libraries: ["etc/nsswitch.conf", "etc/ssl", "etc/ssl/certs", "etc/ssl/certs/ca-certificates.crt"],
  shell: ["etc/alternatives", "etc/alternatives/awk", "usr/bin/awk"],
};

/** The C libraries, UTF-8 and the certificates of the public authorities, without any program. */
export const librariesLayer = (debian: Debian): Layer => ({
  name: "libraries",
  debian: [...filesOf(debian, libraries), ...madeByScripts.libraries].sort(),
  own: accountFiles(),
});

/** A shell and the tools of scripts; to stand on the libraries. */
export const shellLayer = (debian: Debian): Layer => ({
  name: "shell",
  debian: [...filesOf(debian, shell, libraries), ...madeByScripts.shell].sort(),
});

/** What the packages need beyond the libraries and, where the image has it, the shell. */
export function packagesLayer(
  debian: Debian,
  name: string,
  { packages, withShell, own }: { packages: readonly string[]; withShell: boolean; own: Layer["own"] },
): Layer {
  const below = withShell ? [...libraries, ...shell] : libraries;
  return { name, debian: filesOf(debian, packages, below), ...(own && { own }) };
}
