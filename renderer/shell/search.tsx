// The words searched for: one field for all lists, applied a moment after the last key.

import { type ReactNode, createContext, useContext, useEffect, useMemo, useState } from 'react';

interface Search {
  /** What stands in the field. */
  typed: string;
  setTyped: (text: string) => void;
  /** What the lists ask the gateway for. */
  search: string;
}

const PAUSE_MS = 180;
const SearchContext = createContext<Search>({ typed: '', setTyped: () => {}, search: '' });

export function useSearch(): Search {
  return useContext(SearchContext);
}

export function SearchProvider({ children }: { children: ReactNode }): ReactNode {
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim().slice(0, 200)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const value = useMemo(() => ({ typed, setTyped, search }), [typed, search]);
  return <SearchContext value={value}>{children}</SearchContext>;
}
