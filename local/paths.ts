import { dirname, join, resolve } from "node:path";

/** Absolute, whatever folder the command was called from. */
export const repositoryRoot = dirname(import.meta.dirname);

/** Everything that is built or written here at run time. JOBSPRINT_CACHE moves it; git ignores it. */
export const cacheFolder = resolve(process.env["JOBSPRINT_CACHE"] ?? join(repositoryRoot, ".cache"));

/** Finished builds, `<name>/<version>`; only cache.ts writes here. */
export const builtFolder = join(cacheFolder, "built");

/**
 * One folder a run: pid files and the temporary folders of its servers. JOBSPRINT_RUNS moves it, for runs in a process
 * namespace of their own, whose pids say nothing outside.
 */
export const runsFolder = resolve(process.env["JOBSPRINT_RUNS"] ?? join(cacheFolder, "run"));
