/** Metrics of the queue in which passwords are hashed (operations/passwords.ts). */
import { Gauge, type Registry } from 'prom-client';
import type { PasswordLoad } from '../../operations/passwords.ts';
import { measureTotal } from './total.ts';

export function measurePasswords(registry: Registry, load: () => PasswordLoad): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: 'running' | 'waiting') =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(load()[value]);
      },
    });
  const counter = (name: string, help: string, value: 'hashed' | 'refused' | 'seconds') =>
    measureTotal(registry, name, help, () => load()[value]);
  gauge('password_hashes_running', 'Passwords that are being hashed', 'running');
  gauge('password_hashes_waiting', 'Passwords that wait to be hashed', 'waiting');
  counter('password_hashes_total', 'Passwords hashed, to store or to verify', 'hashed');
  counter('password_hash_seconds_total', 'Time that hashing took, without waiting', 'seconds');
  counter('password_hashes_refused_total', 'Passwords not hashed because too many were waiting', 'refused');
}
