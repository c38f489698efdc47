// The coroutine type of every request path: one request is one coroutine on one shard's io_context.
//
// The executor is concrete: asio's type-erased executor was measured to cost half as much again per request
// (docs/decisions/0001-http-engine.md).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/result.h"

namespace parley {

using Executor = boost::asio::io_context::executor_type;

template <class T = void>
using Awaitable = boost::asio::awaitable<T, Executor>;

using UseAwaitable = boost::asio::use_awaitable_t<Executor>;

}  // namespace parley
