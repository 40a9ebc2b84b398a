/** A file of ours in a layer: its text, or the file on this machine that it is a copy of. */
export type OwnFile = { readonly text: string } | { readonly from: string };

/** Files that several images may share: layers of one name are the same. */
export interface Layer {
  readonly name: string;
  /** Paths in the Debian root file system, without the leading slash, taken as they are there. */
  readonly debian?: readonly string[];
  /** By path in the image, without the leading slash. They belong to root, and no other may write to them. */
  readonly own?: Readonly<Record<string, OwnFile>>;
}

/** What a container is started with unless its pod says otherwise; in the words of the OCI's specification of images. */
export interface ImageConfig {
  /** Numbers, as "999:999". */
  readonly User: string;
  /** Each as NAME=value. */
  readonly Env: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
}

export interface ImageRecipe {
  /** Repository and tag. */
  readonly reference: string;
  /** From the lowest. */
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The variable PATH, with folders that come before the usual ones. */
export const pathWith = (...folders: readonly string[]): string => `PATH=${[...folders, usualPath].join(":")}`;
