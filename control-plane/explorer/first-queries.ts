/** What stands in an explorer's editor at first: a query that answers something on every installation. */

export const firstQueries = {
  public: `# Put your key into the Authorization header (Headers, on the left), then run this.
{
  packages(first: 5) {
    nodes {
      trackingId
      state
      updatedAt
      history(first: 3) { nodes { time scan message } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  operator: `# Put your key into the Authorization header (Headers, on the left), then run this.
{
  cluster { liveProcesses unreadyProcesses lagRecords lagMs recordsPerSecond }
  groups {
    nodes {
      name
      lagRecords
      lagMs
      partitions { nodes { topic partition hold frontier end lagRecords lagMs process { id nodeName } } }
    }
  }
  lastErrors(first: 5) { at code message topic partition offset }
}
`,
} as const
