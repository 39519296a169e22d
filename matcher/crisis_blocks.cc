#include "matcher/crisis_blocks.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "matcher/crisis.h"
#include "matcher/fact_age.h"
#include "matcher/sentences.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

std::set<v1::CrisisKind> Kinds(const v1::MatchRequest& request) {
  std::set<v1::CrisisKind> kinds;
  for (const int kind : request.crisis()) {
    kinds.insert(static_cast<v1::CrisisKind>(kind));
  }
  for (const v1::Need& need : request.needs()) {
    if (need.words().empty()) continue;
    if (!HANDRAIL_MUTATE(crisis_phrases, true, false)) continue;
    for (const v1::CrisisKind kind :
         BuiltInCrisisPhrases().Find(need.words())) {
      kinds.insert(kind);
    }
  }
  return kinds;
}

// Position of a contact's channel among those the person can use; contacts they
// cannot use come last, in stored order, and are not dropped.
int ChannelRank(const v1::Communication& communication,
                const std::string& channel) {
  int rank = 0;
  for (const std::string& usable : communication.channels()) {
    if (usable == channel || (usable == "web_chat" && channel == "chat")) {
      return rank;
    }
    ++rank;
  }
  const bool no_phone =
      communication.has_has_phone() && !communication.has_phone();
  const bool by_phone = channel == "voice" || channel == "text";
  return rank + (no_phone && by_phone ? 1 : 0);
}

v1::CrisisResource ForPerson(const v1::CrisisResource& resource,
                             const v1::Communication& communication,
                             const Sentences& say) {
  v1::CrisisResource ordered = resource;
  std::vector<v1::CrisisContact> contacts(resource.contacts().begin(),
                                          resource.contacts().end());
  std::stable_sort(contacts.begin(), contacts.end(),
                   [&](const v1::CrisisContact& a, const v1::CrisisContact& b) {
                     return ChannelRank(communication, a.channel()) <
                            ChannelRank(communication, b.channel());
                   });
  for (v1::CrisisContact& contact : contacts) {
    contact.set_note(say.Note(contact.note()));
  }
  ordered.mutable_contacts()->Assign(contacts.begin(), contacts.end());
  return ordered;
}

// "alcohol" or "benzodiazepines", where the person said so: it is these that
// must not be stopped at once.
std::string DangerousToStop(const v1::Person& person, const Sentences& say) {
  std::string text;
  for (const char* substance : {"alcohol", "benzodiazepines"}) {
    const bool used = std::any_of(
        person.substances().begin(), person.substances().end(),
        [substance](const std::string& said) { return said == substance; });
    if (!used) continue;
    const std::string name = say.Code(substance);
    text = text.empty()
               ? name
               : say.Fill("value.or", {{"first", text}, {"second", name}});
  }
  return text;
}

std::string Lead(v1::CrisisKind kind, const v1::Person& person,
                 const Sentences& say) {
  const std::string key = "crisis.lead." + v1::CrisisKind_Name(kind);
  if (kind == v1::WITHDRAWAL) {
    const std::string substance = DangerousToStop(person, say);
    if (!substance.empty()) {
      return say.Fill(key + ".substance", {{"value", substance}});
    }
  }
  return say.Fill(key);
}

std::string DatedResource(const Question& question,
                          const v1::CrisisResource& resource) {
  const Sentences& say = *question.say;
  const v1::Provenance* date =
      resource.has_provenance() ? &resource.provenance() : nullptr;
  const v1::AgeState age =
      AgeOf(date, v1::TTL_ELIGIBILITY, question.as_of, *question.ttls);
  if (age == v1::UNDATED) {
    return say.Fill("crisis.dated.undated");
  }
  const int days = DaysSinceVerified(date, question.as_of);
  return say.Fill(
      age == v1::CONFIRMED ? "crisis.dated.confirmed" : "crisis.dated.old",
      {{"ago", DaysAgo(say, days)}});
}

}  // namespace

void AddCrisisBlocks(const Snapshot& snapshot, const Question& question,
                     v1::MatchResponse& answer) {
  const v1::MatchRequest& request = *question.request;
  for (const v1::CrisisKind kind : Kinds(request)) {
    v1::CrisisBlock& block = *answer.add_crisis();
    block.set_kind(kind);
    block.set_lead(Lead(kind, request.person(), *question.say));
    for (const v1::CrisisResource& resource : snapshot.crisis_resources()) {
      const auto& kinds = resource.kinds();
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
      *block.add_resources() =
          ForPerson(resource, request.person().communication(), *question.say);
      block.add_dated(DatedResource(question, resource));
    }
  }
}

}  // namespace handrail::matcher
