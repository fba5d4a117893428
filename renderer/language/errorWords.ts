// What went wrong between the window and the gateway, in the person's language.

import { useCallback } from 'react';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import type { ApiErrorCode } from '../../protocol/api/types.ts';
import { UploadError } from '../gateway/upload.ts';
import { type Translate, useT } from './language.tsx';

export function useErrorWords(): (error: unknown) => string {
  const t = useT();
  return useCallback((error) => errorWords(error, t), [t]);
}

export function errorWords(error: unknown, t: Translate): string {
  if (error instanceof UploadError)
    return error.failure === 'unreachable' ? t('error.unreachable') : codeWords(error.failure, t);
  const apiError = apiErrorOf(error);
  return apiError === undefined ? t('error.unreachable') : codeWords(apiError.code, t);
}

const codeWords = (code: ApiErrorCode, t: Translate): string => t(`error.${code}`);
