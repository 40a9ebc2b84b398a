import type { OwnFile } from "./imageRecipe.ts";

/** Who an image's program runs as. Its group has the same name and number. */
export interface Account {
  readonly name: string;
  readonly id: number;
}

const standard: readonly Account[] = [
  { name: "root", id: 0 },
  { name: "nobody", id: 65_534 },
];

/** /etc/passwd and /etc/group with root, nobody and one more: some programs refuse a user who has no name there. */
export function accountFiles(account?: Account): Readonly<Record<string, OwnFile>> {
  const known = standard.some(({ id }) => id === account?.id);
  const accounts = account === undefined || known ? standard : [...standard, account];
  const lines = (line: (account: Account) => string): OwnFile => ({ text: accounts.map(line).join("\n") + "\n" });
  return {
    "etc/passwd": lines(({ name, id }) => `${name}:x:${id}:${id}:${name}:/:/usr/sbin/nologin`),
    "etc/group": lines(({ name, id }) => `${name}:x:${id}:`),
  };
}
