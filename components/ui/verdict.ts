import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** How a verdict is told: its word, its meaning in a sentence, and the tone of its colour. */
export interface VerdictText {
  readonly word: string;
  readonly meaning: string;
  readonly tone: 'healthy' | 'degraded' | 'failing' | 'idle';
}

/** Every mTLS verdict in words. */
export const VERDICT: Readonly<Record<MtlsVerdict, VerdictText>> = {
  encrypted: { word: 'Encrypted', meaning: 'All of it is mutual TLS', tone: 'healthy' },
  partly: { word: 'Partly', meaning: 'Some of it is not mutual TLS', tone: 'degraded' },
  plaintext: { word: 'Plaintext', meaning: 'None of it is mutual TLS', tone: 'failing' },
  broken: { word: 'Broken', meaning: 'The configuration cannot work', tone: 'failing' },
  unknown: { word: 'Unknown', meaning: 'Neither configuration nor traffic tells', tone: 'idle' },
};

/** Verdicts from worst to best. */
export const VERDICTS_WORST_FIRST: readonly MtlsVerdict[] = [
  'broken',
  'plaintext',
  'partly',
  'unknown',
  'encrypted',
];
