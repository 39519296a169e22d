// What somebody typed against the words of a listing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "handrail/v1/listing.pb.h"

namespace handrail::oracle {

// The words of a text as they are compared: NFKC, case folded, no diacritics.
std::vector<std::string> WordsOf(const std::string& text);

// "en" or "es".
std::string Stem(const std::string& word, const std::string& language);

bool OneEditApart(const std::string& a, const std::string& b);

// Every word of a listing with the share of the best field it stands in: name
// 100, service words 70, description 40.
using Bag = std::map<std::string, int>;
Bag BagOf(const v1::Listing& listing);

// The words a text asks for: without stop words (unless nothing else is left),
// each once.
std::vector<std::string> AskedWords(const std::string& text,
                                    const std::string& language);

// Of 10,000, for each of the words: kind of match × field.
std::vector<int> MatchWords(const std::vector<std::string>& words,
                            const std::string& language, const Bag& bag);

}  // namespace handrail::oracle
