#include "server/duplicates/duplicate_table.h"

#include <utility>

#include "server/duplicates/decisions.h"
#include "server/duplicates/pair_score.h"

namespace handrail::server {

v1::DuplicatePair PairOf(const Features& a, const Features& b,
                         const v1::DuplicatePair& decision) {
  v1::DuplicatePair pair = decision;
  pair.clear_note();
  const PairKey key = PairKeyOf(a.id, b.id);
  pair.set_first_id(key.first);
  pair.set_second_id(key.second);
  pair.set_score(ScorePair(a, b).score);
  pair.clear_reasons();
  for (std::string& reason : ReasonsFor(a, b)) {
    pair.add_reasons(std::move(reason));
  }
  return pair;
}

}  // namespace handrail::server
