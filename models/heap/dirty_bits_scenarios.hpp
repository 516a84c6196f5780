// The read-modify-writes of a dirty word alone, with a flag in place of the list: small enough for every engine. A
// template over the bits, so that the kernel's and the gallery's broken ones meet the same judge.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/dirty_bits.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::dirty_bits_model {

/// A mutator stores a reference to a fresh target into an old object, sets the dirty bit and looks whether the page is
/// listed; it is at first. A collector takes the page off the list, then the word, then reads the slot. The flag and
/// the slot are the scenario's own; the flag is as weak as can be. Outcome: 1 the bit was taken, 0 it was not; c the
/// mutator saw the page as not listed, l as listed.
template <class Bits>
class BitAndFlag final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_bits.bit_and_flag",
      .holds = "a bit is taken with the store it was set for, or its mutator sees that the page is off the list",
      .threads = 2,
      .outcomes = {"0c", "1c", "1l"}};

  BitAndFlag() : listed_(true) {}

  void thread(unsigned id) override {
    if (id == 0) {
      field_.write(kValue);
      slot_.store(1, order<"gallery_bit_and_flag.mutator.store_slot">(release));
      bits_.set(1);
      letters_[1] = listed_.load(order<"gallery_bit_and_flag.mutator.load_listed">(relaxed)) ? 'l' : 'c';
    } else {
      listed_.store(false, order<"gallery_bit_and_flag.collector.store_listed">(relaxed));
      const bool taken = bits_.take_word(0) != 0;
      letters_[0] = taken ? '1' : '0';
      const unsigned target = slot_.load(order<"gallery_bit_and_flag.collector.load_slot">(acquire));
      expect(!taken || target == 1, "I1: a bit was taken without the store that it was set for");
      expect(target == 0 || field_.read() == kValue, "the object is not what was written before it was stored");
    }
  }

  void after() override {
    expect(letters_[0] == '1' || letters_[1] == 'c', "I2: a bit was set after the page was off the list, unnoticed");
    expect(bits_.is_set(1) == (letters_[0] == '0'), "I1: a bit was lost, or taken and left");
    outcome(letters_.data());
    bits_.clear();
    expect(bits_.is_clean(), "a page is dirty that was cleared");
  }

 private:
  static constexpr int kValue = 42;

  Bits bits_;
  sync::atomic<bool> listed_;
  sync::atomic<unsigned> slot_;
  sync::plain<int> field_;
  std::array<char, 3> letters_{};  // each place by one thread
};

/// Two mutators set neighbouring bits while a collector takes the word twice. Outcome: for each bit 1 or 2, who took
/// it, 0: it is still set.
template <class Bits>
class NeighbouringBits final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_bits.neighbouring_bits",
                                             .holds = "each bit that is set is taken once",
                                             .threads = 3,
                                             .outcomes = {"00", "01", "02", "10", "11", "12", "20", "21", "22"}};

  void thread(unsigned id) override {
    if (id < 2) {
      bits_.set(id);
      return;
    }
    for (const char take : {'1', '2'}) {
      bits_.take_each([&](std::size_t index) {
        expect(index < 2, "I1: a bit was taken that nobody has set");
        expect(letters_[index] == '0', "I1: a bit was taken twice");
        letters_[index] = take;
      });
    }
  }

  void after() override {
    for (std::size_t index = 0; index < 2; ++index) {
      expect(bits_.is_set(index) == (letters_[index] == '0'), "I1: a bit was lost");
    }
    outcome(letters_.data());
  }

 private:
  Bits bits_;
  std::array<char, 3> letters_{'0', '0'};  // by the collector
};

/// An allocator presets all bits of two words but bit 1, of an old object into which a mutator stores a reference to a
/// fresh target meanwhile, and whose bit it sets. A collector takes the first word, then reads the slot.
/// Outcome: 1 the mutator's bit was taken, 0 it was not; p the preset ones were taken, - they were not.
template <class Bits>
class PresetBesideSet final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_bits.preset_beside_set",
      .holds = "bits that are preset take no bit from a mutator, and no store from the taker of its bit",
      .threads = 3,
      .outcomes = {"0-", "0p", "1-", "1p"}};

  void thread(unsigned id) override {
    if (id == 0) {
      field_.write(kValue);
      slot_.store(1, order<"gallery_preset_beside_set.mutator.store_slot">(release));
      bits_.set(kOld);
    } else if (id == 1) {
      bits_.preset(0, kFree);
      bits_.preset(1, ~std::uint64_t{0});
    } else {
      const std::uint64_t word = bits_.take_word(0);
      letters_[0] = (word & ~kFree) != 0 ? '1' : '0';
      letters_[1] = (word & kFree) != 0 ? 'p' : '-';
      expect((word & kFree) == 0 || (word & kFree) == kFree, "I3: some of the bits were preset, and others not");
      const unsigned target = slot_.load(order<"gallery_preset_beside_set.collector.load_slot">(relaxed));
      expect((word & ~kFree) == 0 || (target == 1 && field_.read() == kValue),
             "I3: a bit was taken without the store that it was set for");
    }
  }

  void after() override {
    expect(bits_.is_set(kOld) == (letters_[0] == '0'), "I3: a mutator's bit was lost, or taken and left");
    expect(bits_.is_set(0) == (letters_[1] == '-'), "I3: a bit that was preset was lost, or taken and left");
    expect(bits_.is_set(64) && bits_.is_set(127), "I3: a word that was preset is clear");
    outcome(letters_.data());
  }

 private:
  static constexpr int kValue = 42;
  static constexpr std::size_t kOld = 1;
  static constexpr std::uint64_t kFree = ~(std::uint64_t{1} << kOld);

  Bits bits_;
  sync::atomic<unsigned> slot_;
  sync::plain<int> field_;
  std::array<char, 3> letters_{};  // by the collector
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::dirty_bits_model
