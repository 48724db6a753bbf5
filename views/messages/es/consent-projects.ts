import type { consentProjects as english } from '../en/consent-projects.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('es');

export const consentProjects: typeof english = {
  legend: 'Qué proyectos',
  onlyThese: 'Solo estos. Los nuevos le quedan cerrados.',
  varied: 'Un permiso se deja fuera si desmarca todos los proyectos a los que se refiere.',
  noneFor: 'Ninguno de estos permisos se refiere a un proyecto marcado.',
  all: 'Todos los proyectos',
  allWhat: 'También los que cree más adelante.',
  only: 'Solo estos',
  onlyWhat: 'Los nuevos le quedan cerrados.',
  search: 'Buscar en sus proyectos',
  searchButton: 'Buscar',
  notFound: 'Ningún proyecto tiene eso en el nombre.',
  none: 'Elija al menos un proyecto, o todos.',
  gone: 'Un proyecto que marcó ya no está en la lista. Revise lo que está marcado ahora.',
  empty: 'Aún no tiene proyectos. Permitir vale para los que cree más adelante.',
  unavailable: 'Ahora no se puede mostrar la lista de sus proyectos.',
  allOrNothing: 'Permítalos todos, o rechace y vuelva más tarde.',
  onlyKnown: 'Ve los que eligió antes.',
  onlyIds: 'Ahora no se pueden leer los nombres de estos proyectos.',
  tooMany: (max: number): string =>
    plural(max, { one: 'Elija como máximo # proyecto, o todos.', other: 'Elija como máximo # proyectos, o todos.' }),
  tooManyInAll: (max: number): string =>
    plural(max, {
      one: 'Con lo que ya tiene, la aplicación tendría más de # proyecto. Desmarque algunos, o quítele algunos en «Aplicaciones conectadas».',
      other:
        'Con lo que ya tiene, la aplicación tendría más de # proyectos. Desmarque algunos, o quítele algunos en «Aplicaciones conectadas».',
    }),
  count: (total: number): string =>
    plural(total, {
      one: '# proyecto.',
      other: '# proyectos, de la A a la Z. Lo marcado sigue marcado mientras busca.',
    }),
  first: (shown: number, found: number): string =>
    `${plural(shown, { one: 'Se muestra el primero.', other: 'Se muestran los primeros #.' })} ${plural(found, { one: 'Hay # proyecto.', other: 'Hay # proyectos: busque los demás. Lo marcado sigue marcado.' })}`,
  kept: (n: number): string => plural(n, { one: 'Hay # más marcado.', other: 'Hay # más marcados.' }),
  foreign: (n: number): string =>
    plural(n, {
      one: 'También pide # proyecto que no es suyo: se deja fuera.',
      other: 'También pide # proyectos que no son suyos: se dejan fuera.',
    }),
};
