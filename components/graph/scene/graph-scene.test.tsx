import { afterEach, expect, test, vi } from 'vitest';
import { createGraphScene } from '@/components/graph/scene/graph-scene';

vi.mock('@/components/graph/scene/create-cytoscape', async () => {
  const { default: cytoscape } = await import('cytoscape');
  return {
    createCytoscape: () => cytoscape({ headless: true, styleEnabled: true }),
    adaptToSize: () => undefined,
  };
});

afterEach(() => vi.restoreAllMocks());

test('a scene that was destroyed takes no notice of what still arrives for it', () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const surfaces = {
    cytoscape: document.createElement('div'),
    traffic: document.createElement('canvas'),
    marks: document.createElement('canvas'),
    world: document.createElement('div'),
    predictions: document.createElement('div'),
    predictionClass: 'prediction',
  };
  const scene = createGraphScene(surfaces, 'light');
  scene.destroy();
  expect(() => {
    scene.update({ nodes: [], edges: [] });
    scene.setScheme('dark');
    scene.anchorOverlays();
    scene.traffic.reload();
    scene.predictions.show(null);
  }).not.toThrow();
});
