'use client';

import { useEffect, useRef, type JSX, type PointerEvent } from 'react';
import { graphTokens } from '@/components/graph/graph-tokens';
import styles from '@/components/graph/graph-canvas.module.css';
import type { GraphScene } from '@/components/graph/scene/graph-scene';

const WIDTH = 176;
const HEIGHT = 112;
const MARGIN = 8;
const REPAINT_MS = 60;

interface Projection {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The whole drawing at a glance with the part in view, while not all is in view; a press or drag moves the view there. */
export function Minimap({
  scene,
  scheme,
}: {
  readonly scene: GraphScene;
  readonly scheme: 'light' | 'dark';
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const projection = useRef<Projection>({ scale: 1, x: 0, y: 0 });
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    const paint = (): void => {
      due = undefined;
      if (canvas.current === null || scene.cy.destroyed()) return;
      const isNeedless = isAllInView(scene);
      canvas.current.style.visibility = isNeedless ? 'hidden' : '';
      if (!isNeedless) projection.current = paintMinimap(canvas.current, scene, scheme);
    };
    const later = (): void => {
      due ??= setTimeout(paint, REPAINT_MS);
    };
    const stop = scene.onView(later);
    later();
    return () => {
      stop();
      clearTimeout(due);
    };
  }, [scene, scheme]);
  const go = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.buttons !== 1) return;
    const { cy } = scene;
    const frame = event.currentTarget.getBoundingClientRect();
    const { scale, x, y } = projection.current;
    const zoom = cy.zoom();
    cy.pan({
      x: cy.width() / 2 - ((event.clientX - frame.left - x) / scale) * zoom,
      y: cy.height() / 2 - ((event.clientY - frame.top - y) / scale) * zoom,
    });
  };
  return (
    <canvas
      ref={canvas}
      className={styles['minimap']}
      width={WIDTH * 2}
      height={HEIGHT * 2}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    />
  );
}

const TOLERANCE_SHARE = 0.03;

/** Whether everything is in view, so that a map of it would only cover a part. */
function isAllInView({ cy }: GraphScene): boolean {
  const bounds = cy.nodes().not('.unplaced').boundingBox({ includeLabels: false });
  const view = cy.extent();
  const slack = { x: view.w * TOLERANCE_SHARE, y: view.h * TOLERANCE_SHARE };
  return (
    bounds.x1 > view.x1 - slack.x &&
    bounds.x2 < view.x2 + slack.x &&
    bounds.y1 > view.y1 - slack.y &&
    bounds.y2 < view.y2 + slack.y
  );
}

function paintMinimap(
  canvas: HTMLCanvasElement,
  scene: GraphScene,
  scheme: 'light' | 'dark',
): Projection {
  const context = canvas.getContext('2d');
  const nodes = scene.cy.nodes().not('.unplaced');
  const bounds = nodes.boundingBox({ includeLabels: false });
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(1, bounds.w),
    (HEIGHT - 2 * MARGIN) / Math.max(1, bounds.h),
  );
  const projection = {
    scale,
    x: WIDTH / 2 - ((bounds.x1 + bounds.x2) / 2) * scale,
    y: HEIGHT / 2 - ((bounds.y1 + bounds.y2) / 2) * scale,
  };
  if (context === null || nodes.empty()) return projection;
  const tokens = graphTokens(scheme);
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  nodes.forEach((node) => {
    const isFrame = node.isParent();
    const box = isFrame ? node.boundingBox({ includeLabels: false }) : null;
    const { x, y } = node.position();
    const width = box?.w ?? Number(node.data('width'));
    const height = box?.h ?? Number(node.data('height'));
    context.fillStyle = isFrame ? tokens.boxBorder : tokens.health[healthOf(node.data('health'))];
    context.globalAlpha = isFrame ? 0.35 : 1;
    const size = { width: Math.max(2.5, width * scale), height: Math.max(2.5, height * scale) };
    context.fillRect(
      projection.x + x * scale - size.width / 2,
      projection.y + y * scale - size.height / 2,
      size.width,
      size.height,
    );
  });
  context.globalAlpha = 1;
  const view = scene.cy.extent();
  context.strokeStyle = tokens.focus;
  context.lineWidth = 1.5;
  context.strokeRect(
    projection.x + view.x1 * scale,
    projection.y + view.y1 * scale,
    view.w * scale,
    view.h * scale,
  );
  return projection;
}

function healthOf(value: unknown): 'failing' | 'degraded' | 'healthy' | 'idle' | 'unknown' {
  return value === 'failing' || value === 'degraded' || value === 'healthy' || value === 'idle'
    ? value
    : 'unknown';
}
