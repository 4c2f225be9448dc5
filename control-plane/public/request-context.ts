/** What every resolver of the public API knows of its request. */
export interface RequestContext {
  readonly tenant: string
}
