// HANDRAIL_MUTATE: a planted mistake that a test must notice.
//
// Each rule of the verdict carries one, so that a test suite which would not
// notice the rule's loss is itself found out (./dev mutants). In ordinary
// builds the macro is the normal expression and nothing else.
//
//   if (HANDRAIL_MUTATE(age_max_inclusive, age <= age_max, age < age_max)) …
//
// `name` is a word of its own, listed in tests/mutants/mutants.txt with what
// it breaks and which test must then fail. In a build with the option
// HANDRAIL_MUTANTS=ON the environment variable HANDRAIL_MUTANT names the one
// mutant that is alive; it is read once.
#pragma once

#if defined(HANDRAIL_MUTANTS)

#include <cstdlib>
#include <string_view>

namespace handrail::internal {

// True when `name` is the mutant this process was started with.
inline bool MutantIsAlive(std::string_view name) {
  static const char* const alive = std::getenv("HANDRAIL_MUTANT");
  return alive != nullptr && name == alive;
}

}  // namespace handrail::internal

#define HANDRAIL_MUTATE(name, normal, mutated) \
  (::handrail::internal::MutantIsAlive(#name) ? (mutated) : (normal))

#else

#define HANDRAIL_MUTATE(name, normal, mutated) (normal)

#endif
