/** Types of the tables of what people have allowed, see schema. */
import type { ColumnType } from 'kysely';
import type { ProjectDetails } from '../policy/project-details.ts';

export type WithDefault<T> = ColumnType<T, T | undefined, T>;

export interface ConsentsTable {
  account_id: string;
  client_id: string;
  granted: string[];
  refused: WithDefault<string[]>;
  created_at: WithDefault<Date>;
  updated_at: WithDefault<Date>;
  /** Null until the person disconnects the app. */
  ends_at: WithDefault<Date | null>;
  /** The projects that the person has allowed; null: all of them. */
  authorization_details: WithDefault<ProjectDetails | null>;
  /** Set in rows of before migration 0087, in which `granted` is what this organisation allowed. */
  organisation: WithDefault<string | null>;
}

export interface GrantsTable {
  id: string;
  account_id: string;
  client_id: string;
  payload: unknown;
  handle_hash: Buffer | null;
  generation: WithDefault<number>;
  branch: WithDefault<number>;
  predecessor_branch: WithDefault<number>;
  current_used: WithDefault<boolean>;
  refresh_payload: unknown;
  issued_at: Date | null;
  rotated_at: Date | null;
  refresh_expires_at: Date | null;
  expires_at: Date;
  expires_on: Date;
  /** The end that the person chose. The other moments are never later. */
  ends_at: WithDefault<Date | null>;
  authorization_details: WithDefault<ProjectDetails | null>;
  /** The issuer of the organisation that gave it; null: the person. */
  organisation: WithDefault<string | null>;
  created_at: WithDefault<Date>;
}
