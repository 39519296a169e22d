// What of a listing's no a person could change: documents, time, cost, format,
// wait. Never medication, gender, age, pregnancy, children, disability, record
// or status: nobody is told that they would fit if they were someone else.
//
// For wishes and the listing's rules on profile fields the schema says it
// (FactRule.changeable); the rest is the short list below. What somebody else
// set, an agency or a court, is not the person's to change.
//
// Pure.
#pragma once

#include "matcher/judge.h"
#include "matcher/question.h"

namespace handrail::matcher {

// REQUIRES: the finding is NOT_MET.
bool IsChangeable(const Question& question, const Finding& finding);

// A wish of the person that they could go without.
bool IsChangeable(const AskedCriterion& criterion);

// The documents of a rule that a person may be told to bring: all but status
// papers, and a social security card where they said they cannot show one.
v1::DocumentRule DocumentsToBring(const Question& question,
                                  const v1::DocumentRule& rule);

}  // namespace handrail::matcher
