// The tools above the pages.

import {
  Contrast,
  Maximize,
  MoveHorizontal,
  PanelLeft,
  RotateCw,
  TriangleAlert,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Toolbar } from 'react-aria-components';
import { useT } from '../language/language.tsx';
import { IconButton } from '../parts/button.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import type { Zoom } from './pageGeometry.ts';
import styles from './pageViewer.module.css';

interface ViewerToolbarProps {
  leading: ReactNode;
  actions: ReactNode;
  page: number;
  total: number;
  /** What is the gravest that the telephone line did to the page in sight. */
  mark: string | undefined;
  percent: number;
  zoom: Zoom;
  inverted: boolean;
  /** `undefined`: there is only one page. */
  thumbnails: boolean | undefined;
  onThumbnails: () => void;
  onZoom: (zoom: Zoom | 'in' | 'out') => void;
  onRotate: () => void;
  onInvert: () => void;
}

export function ViewerToolbar(props: ViewerToolbarProps): ReactNode {
  const t = useT();
  return (
    <Toolbar className={styles['toolbar'] ?? ''} aria-label={t('viewer.tools')}>
      {props.leading}
      {props.thumbnails !== undefined && (
        <IconButton
          icon={PanelLeft}
          label={t('viewer.thumbnails')}
          chosen={props.thumbnails}
          onPress={props.onThumbnails}
        />
      )}
      <span className={styles['pageNumber']}>
        {props.total === 0 ? '' : t('viewer.pageOf', { page: props.page, total: props.total })}
      </span>
      {props.mark !== undefined && (
        <span className={styles['damaged']}>
          <StatusMark icon={TriangleAlert} tone="wait">
            {props.mark}
          </StatusMark>
        </span>
      )}
      <span className={styles['divider']} aria-hidden />
      <IconButton
        icon={ZoomOut}
        label={t('viewer.zoomOut')}
        shortcut="−"
        onPress={() => props.onZoom('out')}
      />
      <span className={styles['percent']}>{props.percent} %</span>
      <IconButton icon={ZoomIn} label={t('viewer.zoomIn')} shortcut="+" onPress={() => props.onZoom('in')} />
      <IconButton
        icon={MoveHorizontal}
        label={t('viewer.fitWidth')}
        shortcut="0"
        chosen={props.zoom === 'fitWidth'}
        onPress={() => props.onZoom('fitWidth')}
      />
      <IconButton
        icon={Maximize}
        label={t('viewer.fitPage')}
        chosen={props.zoom === 'fitPage'}
        onPress={() => props.onZoom('fitPage')}
      />
      <span className={styles['divider']} aria-hidden />
      <IconButton icon={RotateCw} label={t('viewer.rotate')} shortcut="R" onPress={props.onRotate} />
      <IconButton
        icon={Contrast}
        label={t('viewer.invert')}
        shortcut="I"
        chosen={props.inverted}
        onPress={props.onInvert}
      />
      <span className={styles['space']} />
      {props.actions}
    </Toolbar>
  );
}
