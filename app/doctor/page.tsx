import type { Metadata } from 'next';
import type { JSX } from 'react';
import { DoctorPage } from '@/components/doctor/doctor-page';

export const metadata: Metadata = { title: 'Doctor' };

export default function Page(): JSX.Element {
  return <DoctorPage />;
}
