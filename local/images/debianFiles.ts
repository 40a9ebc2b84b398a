import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { closure, listedPaths, type DebianPackage } from "./debianPackages.ts";

/** A root file system with the packages that are installed in it. */
export interface Debian {
  readonly root: string;
  readonly packages: ReadonlyMap<string, DebianPackage>;
}

/** Needed by the scripts that install a package, or by what no container runs. */
const withoutThem = [
  "adduser",
  "awk",
  "debconf",
  "dpkg",
  "init-system-helpers",
  "javascript-common",
  "libllvm19",
  "libpam-modules",
  "locales",
  "openssl",
  "perl",
  "postgresql-client-common",
  "postgresql-common",
  "promtool",
  "python3",
  "readline-common",
  "sensible-utils",
  "socat",
  "ssl-cert",
  "ucf",
];

/** Scripts and styles of pages, above all of Prometheus's: its API is what is used. */
const pages = /^(fonts-|libjs-)/;

/** For people, init systems and compilers; and the C library's character sets: all is UTF-8 here. */
const unused = new RegExp(
  "^/(" +
    [
      "etc/(cron|default|dpkg|init|logrotate|pam|profile|rc|skel|systemd|update-motd)",
      "usr/(games|include|src)",
      "usr/lib/(systemd|tmpfiles|sysusers|udev|pkgconfig)",
      "usr/lib/[^/]+/(gconv|pkgconfig)",
      "usr/lib/erlang/(man|lib/[^/]+/(src|include|examples))",
      "usr/share/(base-files|bash-completion|bug|debianutils|dict|doc|doc-base|info|lintian|locale|man|menu|perl5|zsh)",
      "usr/share/prometheus",
      "var/(backups|cache|lib/dpkg)",
    ].join("|") +
    ")",
);

/**
 * Paths of all files that the packages and what they need brought, beyond those of the packages in `below`; sorted and
 * without the leading slash. What is listed but was removed from the root file system is left out.
 */
export function filesOf({ root, packages }: Debian, names: readonly string[], below: readonly string[] = []): string[] {
  const needed = (list: readonly string[]): string[] => closure(packages, list, withoutThem);
  const there = new Set(needed(below));
  const own = needed(names).filter((name) => !there.has(name) && !pages.test(name));
  const paths = own.flatMap((name) => listedPaths(root, packageNamed(packages, name)));
  const kept = paths.filter((path) => !unused.test(path) && isThere(join(root, path)));
  return [...new Set(kept)].sort().map((path) => path.slice(1));
}

/** The version of the program, without what Debian adds: "5:8.0.2-3+deb13u3" is 8.0.2. */
export function upstreamVersion({ packages }: Pick<Debian, "packages">, name: string): string {
  const { version } = packageNamed(packages, name);
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/\+(ds|dfsg).*$/, "");
}

function packageNamed(packages: Debian["packages"], name: string): DebianPackage {
  const found = packages.get(name);
  if (found === undefined) throw new Error(`the package ${name} is not installed`);
  return found;
}

/** Also a link that leads nowhere: its target may come with another layer. */
const isThere = (path: string): boolean => existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
