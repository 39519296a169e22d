#include "matcher/next_steps.h"

#include <string>
#include <vector>

#include "matcher/continuum.h"
#include "matcher/row.h"

namespace handrail::matcher {
namespace {

void AddSteps(const Matching& matching, v1::Option& option) {
  const Row* row = matching.snapshot.Find(option.listing().id());
  if (row == nullptr) return;
  const Sentences& say = *matching.question.say;
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  for (const ContinuumStep& step : Continuum::BuiltIn().LeadsTo(row->terms)) {
    if (option.next_steps_size() == kNextStepsMax) return;
    v1::NextStep& out = *option.add_next_steps();
    const std::string label(taxonomy.Label(step.to, say.language()));
    out.set_term(taxonomy.term(step.to).id);
    out.set_label(label);
    out.set_sentence(say.Fill(
        "next_step.usual",
        {{"from", taxonomy.Label(step.from, say.language())}, {"to", label}}));
  }
}

}  // namespace

void AddNextSteps(const Matching& matching, v1::NeedAnswer& answer) {
  for (v1::Option& option : *answer.mutable_options()) {
    AddSteps(matching, option);
  }
  for (v1::Option& option : *answer.mutable_range()) AddSteps(matching, option);
}

}  // namespace handrail::matcher
