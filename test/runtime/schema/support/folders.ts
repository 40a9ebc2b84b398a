import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../local/process.ts";

export const names = ["jobsprint", "n8n", "postgres_exporter"] as const;

export const passwordOf = (name: string): string => `${name.replace(/\W|_/g, "")}Secret1`;

/** Folders as infra mounts them, each with username and password; the variable's value. */
export function userFolders(users: Readonly<Record<string, string>> = defaults()): string {
  const root = temporaryFolder("users");
  return Object.entries(users)
    .map(([name, password]) => {
      const folder = join(root, name);
      mkdirSync(folder);
      writeFileSync(join(folder, "username"), name, { mode: 0o600 });
      writeFileSync(join(folder, "password"), `${password}\n`, { mode: 0o600 });
      return folder;
    })
    .join(",");
}

/** The master's file. */
export function masterFile(username: string, password: string): string {
  const file = join(temporaryFolder("master"), "credential.json");
  writeFileSync(file, JSON.stringify({ username, password }), { mode: 0o600 });
  return file;
}

const defaults = (): Record<string, string> => Object.fromEntries(names.map((name) => [name, passwordOf(name)]));
