// Relacy's headers, the parts that we need. Not relacy/relacy.hpp: it redefines new, delete, assert and the standard
// memory orders as macros.
#pragma once

#include <relacy/atomic.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/var.hpp>
