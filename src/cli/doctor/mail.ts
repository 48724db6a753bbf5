/** Checks whether the SMTP server greets and takes the login. No mail is sent. */
import { resolve } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('mail');

export async function checkMail({ smtpUrl, dataDir }: Pick<Settings, 'smtpUrl' | 'dataDir'>): Promise<Finding> {
  if (smtpUrl === undefined) {
    return warning(`Mails reach nobody: they are written to ${resolve(dataDir, 'outbox')}. Set SMTP_URL.`);
  }
  const { host } = new URL(smtpUrl);
  const { greetSmtp } = await import('../../outbound/mail-transport.ts');
  try {
    await greetSmtp(smtpUrl);
    return ok(`${host} answers.`);
  } catch (error) {
    return problem(`${host} takes no mail (${(error as { code?: string }).code ?? 'no reason'}): check SMTP_URL.`);
  }
}
