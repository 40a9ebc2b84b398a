/** A read replica takes password, backups and standby from its source; AWS refuses them on itself. */
export function isReplica({ replicateSourceDb }: { readonly replicateSourceDb?: string | undefined }): boolean {
  return replicateSourceDb !== undefined && replicateSourceDb !== "";
}
