import { expect, test } from 'vitest';
import { contactFinder } from './contactFinder.ts';

const contacts = [
  { id: '1', name: '京都支店', deviceId: 'kyoto-office' },
  { id: '2', name: 'By telephone only', telephone: '+81 75 555 0100' },
  { id: '3', name: 'As dialled at home', telephone: '０３－１２３４－５６７８' },
];

test('a contact is found by its device or number, in whatever form the number is here and there', () => {
  const find = contactFinder(contacts, 'jp');
  expect(find('kyoto-office')?.id).toBe('1');
  expect(find('tel:+81755550100')?.id).toBe('2');
  expect(find('tel:0755550100')?.id).toBe('2');
  expect(find('tel:+81312345678')?.id).toBe('3');
  expect(find('tel:0312345678')?.id).toBe('3');
  expect(find('tel:+81755550101')).toBeUndefined();
  expect(find('tel:')).toBeUndefined();
});

test('without a country a number is known as it is written', () => {
  const find = contactFinder(contacts, '');
  expect(find('tel:+81755550100')?.id).toBe('2');
  expect(find('tel:0755550100')).toBeUndefined();
});
