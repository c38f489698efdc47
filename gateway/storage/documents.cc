#include "storage/documents.h"

namespace parley::storage {

Condition Condition::AnyOf(std::vector<Condition> alternatives) {
  Condition condition;
  condition.match = Match::kAnyOf;
  condition.any = std::move(alternatives);
  return condition;
}

}  // namespace parley::storage
