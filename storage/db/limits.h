// Limits of the directory's store.
#pragma once

namespace handrail::storage {

// How often a commit is planned anew when others keep changing the counts it
// has to change too.
inline constexpr int kCommitAttemptsMax = 20;

}  // namespace handrail::storage
