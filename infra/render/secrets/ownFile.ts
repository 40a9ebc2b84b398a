import { randomUUID } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { SecretsError } from "./secretsError.ts";

/** Read and written by the owner alone. */
const ownMode = 0o600;

/**
 * The text of a file that nobody else could read or could have made.
 * @throws {SecretsError} that says who could
 */
export function readOwn(path: string): string {
  return opened(path, "r", (file) => {
    const { mode: all, uid } = fstatSync(file);
    const mode = all & 0o777;
    if (uid !== process.getuid?.())
      throw new SecretsError(`${path} belongs to user ${uid}: secrets are read of one's own`);
    if ((mode & ~ownMode) !== 0)
      throw new SecretsError(`${path} has mode ${mode.toString(8)}: others may read secrets, so run chmod 600 on it`);
    return readFileSync(file, "utf8");
  });
}

/**
 * Puts a file in the place of the one that had the text `before`, or where there was none, in one step: half a file would be
 * lost passwords.
 * @throws {SecretsError} when another run was there first
 */
export function writeOwn(path: string, text: string, before: string | undefined): void {
  // A name that nobody can guess, and no file or link that is there already.
  const next = `${path}.${randomUUID()}.next`;
  try {
    opened(next, "wx", (file) => {
      fchmodSync(file, ownMode);
      writeFileSync(file, text);
      fsyncSync(file);
    });
    replace(path, next, before);
  } finally {
    rmSync(next, { force: true });
  }
  // Else the name may be lost with the machine's power.
  opened(dirname(path), "r", fsyncSync);
}

function replace(path: string, next: string, before: string | undefined): void {
  const late = new SecretsError(
    `${path} was written by another run meanwhile: run this one again, its secrets are lost`,
  );
  if (before === undefined) {
    try {
      // A rename would replace what another run has just made.
      linkSync(next, path);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === "EEXIST" ? late : error;
    }
    return;
  }
  if (readOwn(path) !== before) throw late;
  renameSync(next, path);
}

function opened<Result>(path: string, flags: "r" | "wx", use: (file: number) => Result): Result {
  const file = openSync(path, flags, ownMode);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
