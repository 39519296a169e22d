#include "storage/base/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "storage/base/check.h"

namespace handrail {
namespace {

constexpr size_t kUuidTextSize = 36;
constexpr size_t kUuidBytes = 16;
constexpr char kHexDigits[] = "0123456789abcdef";

bool IsDash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

constexpr std::array<signed char, 256> MakeHexValues() {
  std::array<signed char, 256> values = {};
  for (signed char& value : values) value = -1;
  for (signed char i = 0; i < 10; ++i) values['0' + i] = i;
  for (signed char i = 0; i < 6; ++i) {
    values['a' + i] = values['A' + i] = static_cast<signed char>(10 + i);
  }
  return values;
}

constexpr std::array<signed char, 256> kHexValues = MakeHexValues();

// The value of a hexadecimal digit, or -1.
int HexValue(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

void AppendHex(unsigned char byte, std::string& out) {
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

// The 16 bytes that a UUID's text stands for.
std::string UuidToBytes(std::string_view text) {
  HANDRAIL_CHECK(IsUuid(text));
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) continue;
    bytes += static_cast<char>(HexValue(text[i]) * 16 + HexValue(text[i + 1]));
    ++i;
  }
  return bytes;
}

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// Looked up once: by its name alone OpenSSL looks it up for every hash.
const EVP_MD* Sha256() {
  static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  HANDRAIL_CHECK(kind != nullptr);
  return kind;
}

const EVP_MD* Sha1() {
  static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  HANDRAIL_CHECK(kind != nullptr);
  return kind;
}

// Fills `digest` and returns how many of its bytes are used.
size_t HashInto(const EVP_MD* kind, std::string_view bytes, Digest& digest) {
  unsigned int size = 0;
  HANDRAIL_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size,
                            kind, nullptr) == 1);
  return size;
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  Digest digest;
  const size_t size = HashInto(Sha256(), bytes, digest);
  std::string out;
  for (size_t i = 0; i < size; ++i) AppendHex(digest[i], out);
  return out;
}

Sha256Half Sha256HalfOf(std::string_view bytes) {
  Digest digest;
  Sha256Half half;
  HANDRAIL_CHECK(HashInto(Sha256(), bytes, digest) >= half.size());
  std::copy_n(digest.begin(), half.size(), half.begin());
  return half;
}

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidTextSize) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i) ? text[i] != '-' : HexValue(text[i]) < 0) return false;
  }
  return true;
}

std::string UuidV5(std::string_view name_space, std::string_view name) {
  Digest digest;
  HashInto(Sha1(), UuidToBytes(name_space).append(name), digest);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0f) | 0x50);  // version
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3f) | 0x80);  // variant
  std::string out;
  for (size_t i = 0; i < kUuidBytes; ++i) {
    if (IsDash(out.size())) out += '-';
    AppendHex(digest[i], out);
  }
  return out;
}

}  // namespace handrail
