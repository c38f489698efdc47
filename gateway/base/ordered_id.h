// Identifiers of records that are made all day: of the forms of IdGenerator's, but sorted by their text as by time.
//
// Neighbours in time are then neighbours in every index of ids. With ids drawn at random each record of a group commit
// dirties an index page of its own, which was measured to be most of what a small durable write puts on the disk.
// Random beyond the time, some 52 bits; what has to be unguessable is a secret and not an id.
// Threading: as IdGenerator. Tests: tests/unit/base/ordered_id_test.cc
#pragma once

#include <string>

#include "base/clock.h"
#include "base/id_generator.h"

namespace parley {

// `at` before 1970 counts as 1970.
std::string OrderedRoomId(IdGenerator& ids, Time at);    // as RoomId: 17 characters of Rocket.Chat's id alphabet
std::string OrderedObjectId(IdGenerator& ids, Time at);  // as ObjectId: 24 hex digits

}  // namespace parley
