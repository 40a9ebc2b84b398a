import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";

/** Where the server's own certificate is; named as in the configuration. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Rejects with an error that names the key of the configuration and the file, and never tells what is in it. */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  const [cert, key] = await Promise.all([read(files, "certFile"), read(files, "keyFile")]);
  try {
    // Only to have it checked: a pair that does not fit would fail at each handshake instead.
    createSecureContext({ cert, key });
  } catch (error) {
    // OpenSSL's reason, such as "key values mismatch", is about the form alone.
    const { reason = "unknown reason" } = error as { reason?: string };
    const { certFile, keyFile } = files;
    throw new Error(`customMetrics: certFile ${certFile} and keyFile ${keyFile} cannot be used: ${reason}`, {
      cause: error,
    });
  }
  return { cert, key };
}

async function read(files: TlsFiles, key: keyof TlsFiles): Promise<string> {
  try {
    return await readFile(files[key], "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new Error(`customMetrics.${key}: cannot read ${files[key]}: ${code}`, { cause: error });
  }
}
