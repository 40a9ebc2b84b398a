import assert from "node:assert/strict";
import { closure, parseStatus } from "../../../../local/images/debianPackages.ts";
import { upstreamVersion } from "../../../../local/images/debianFiles.ts";

/** A paragraph of dpkg's status file. */
const installed = (name: string, fields: Readonly<Record<string, string>> = {}): string =>
  [
    `Package: ${name}`,
    "Status: install ok installed",
    "Architecture: amd64",
    ...Object.entries({ Version: "1.0-1", ...fields }).map(([field, value]) => `${field}: ${value}`),
    "Description: something",
    " told in more lines",
    " Depends: this is text",
  ].join("\n");

const status = [
  installed("server", { Depends: "libc6 (>= 2.38), shell | better-shell,\n awk", "Pre-Depends": "init (>= 1.54~)" }),
  installed("better-shell", { Depends: "libc6" }),
  installed("mawk", { Provides: "awk (= 1), nawk", Depends: "libc6, python3:any (>= 3.9)" }),
  installed("libc6", { Depends: "libgcc" }),
  // Each needs the other.
  installed("libgcc", { Depends: "libc6" }),
  installed("init"),
  installed("python3"),
  installed("broken", { Depends: "gone | lost" }),
  installed("removed").replace("install ok installed", "deinstall ok config-files"),
].join("\n\n");

const packages = parseStatus(`${status}\n\n`);

describe("the packages that a package needs", () => {
  for (const [what, names, withoutThem, expected] of [
    ["none beyond itself", ["init"], [], ["init"]],
    ["each other", ["libc6"], [], ["libc6", "libgcc"]],
    [
      "of alternatives the one that is there, whoever provides the name, in folded fields too",
      ["server"],
      [],
      ["better-shell", "init", "libc6", "libgcc", "mawk", "python3", "server"],
    ],
    ["without those that are left out", ["server"], ["init", "awk"], ["better-shell", "libc6", "libgcc", "server"]],
    [
      "without one that is left out by the name of its provider",
      ["server"],
      ["init", "mawk"],
      ["better-shell", "libc6", "libgcc", "server"],
    ],
    ["one that is left out but named", ["init", "libgcc"], ["init"], ["init", "libc6", "libgcc"]],
    ["nothing of none", [], [], []],
  ] as const)
    it(`are ${what}`, () => {
      assert.deepEqual(closure(packages, names, withoutThem), expected);
    });

  for (const [name, says] of [
    ["broken", "broken needs gone or lost, which is not installed"],
    ["removed", "the package removed is not installed"],
    ["awk", "the package awk is not installed"],
  ] as const)
    it(`cannot be told of ${name}`, () => {
      assert.throws(() => closure(packages, [name]), { message: says });
    });
});

describe("the version of a program", () => {
  for (const [debian, expected] of [
    ["5:8.0.2-3+deb13u3", "8.0.2"],
    ["2.53.3+ds1-2", "2.53.3"],
    ["17.12-0+deb13u1", "17.12"],
    ["1:27.3.4.1+dfsg-1+deb13u4", "27.3.4.1"],
    ["0.0.25", "0.0.25"],
  ] as const)
    it(`${debian} is ${expected}`, () => {
      const known = parseStatus(installed("server", { Version: debian }));
      assert.equal(upstreamVersion({ packages: known }, "server"), expected);
    });
});
