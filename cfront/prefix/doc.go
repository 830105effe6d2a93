// Package prefix decides which headers of a tree are worth parsing once for many
// translation units, as a precompiled header, and for which units that changes
// nothing.
//
// A prefix is a set of headers that all its units include anyway, so that no
// declaration and no macro comes from a header that a unit does not have. It is
// parsed before the rest of the unit: what could tell the difference is the order.
// A unit is refused where a macro that it defines before or
// between its includes, or on its command line, has a say in what a header of the
// prefix means, and where one does that a header of its own defines which it reads
// before one of the prefix. Macros that are nothing but text do not count: what is
// printed is of no interest. The frontend refuses it after parsing, too, where it had
// errors or did not include every header of the prefix, or where it reads what needs
// something, or would change with a macro, in another order; see [Order].
//
// Which headers belong together is derived from the files that each unit is known
// to read: units that are alike are joined to a tree, and prefixes are made for those of its
// nodes for which that saves more than it costs, each behind that of a node above.
package prefix
