/**
 * What one operator's request may ask for: what a tenant's may, but for the objects of an answer. Those cost a tenant's
 * request a read each; here one read brings all reports, whatever is asked, and a group's page of partitions with its
 * units and processes is some thousand small objects. Depth 8 is enough: groups, edges, node, partitions, edges, node,
 * units, field.
 */

import { limits } from '../hardening/limits.ts'

export const operatorLimits = { ...limits, cost: 5_000 } as const
