// A scenario: shared state, threads that use it, and what must hold. It is written once and runs on every engine.
//
//     class LastItem final : public check::Scenario {
//      public:
//       static constexpr check::ScenarioInfo kInfo{
//           .name = "steal_queue.last_item",
//           .holds = "the last item goes to the owner or to the thief, not to both",
//           .threads = 2,
//           .outcomes = {"a-", "-a"}};       // pop, steal: exactly these, each reached
//       void thread(unsigned id) override;   // runs for id 0..threads-1, concurrently
//       void invariant() override;           // between any two operations; may only load
//       void after() override;               // once all threads have ended; sees everything
//      private:
//       StealQueue<...> queue_;              // a fresh object for each execution
//     };
//     const check::RegisterScenario<LastItem> last_item;
//
// One object is made per execution. It may hold kernel objects, sync::atomic, sync::plain, sync::mutex, and ordinary
// members that only one thread touches or that only after() reads. It must not allocate, use thread_local or block on
// an object of the operating system.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace hallmark::check {

/// Room for names in a ScenarioInfo; unused places are empty.
template <std::size_t Most>
struct Names {
  static constexpr std::size_t kMost = Most;

  template <class... Text>
  constexpr Names(Text... text) : names{std::string_view(text)...} {  // brace-initialised from a list of literals
    static_assert(sizeof...(Text) <= Most, "too many names: split the scenario");
  }
  constexpr std::size_t size() const {
    std::size_t n = 0;
    while (n < Most && !names[n].empty()) ++n;
    return n;
  }
  constexpr std::string_view operator[](std::size_t i) const { return names[i]; }

  std::array<std::string_view, Most> names;
};

/// What a scenario is and claims.
struct ScenarioInfo {
  std::string_view name;       ///< <primitive>.<what>, unique
  std::string_view holds;      ///< the property, as a sentence that is true of correct code
  unsigned threads = 2;        ///< 2..4
  Names<24> outcomes{};        ///< the exact set of outcomes (see Scenario::outcome); empty: the scenario has none
  Names<8> witnesses{};        ///< situations that must be reached at least once (see Scenario::reached)
  bool relacy = true;          ///< runs under Relacy
  bool explorer = true;        ///< runs under the explorer
  bool load_buffering = true;  ///< also under its model with load buffering; false where that takes too long

  constexpr bool runs_on(std::string_view engine) const {
    if (engine == "relacy") return relacy;
    return explorer && (engine != "explorer-lb" || load_buffering);
  }
};

/// The most witnesses and outcomes a scenario can have together.
inline constexpr std::size_t kMostWitnesses = 32;

/// What a run of one scenario shares with whoever watches it: plain counters, written by the running process only.
struct LiveCounters {
  std::uint64_t executions = 0;
  std::array<std::uint64_t, kMostWitnesses> witnesses{};  // outcomes first, then witnesses
};

/// Called by Scenario when a property is violated. Does not return: the engine abandons the execution.
using FailFunction = void (*)(const char* what, const char* file, int line);

/// Set by the engine that is running. One run at a time in a process.
struct CurrentRun {
  LiveCounters* counters = nullptr;
  FailFunction fail = nullptr;
};
inline CurrentRun current_run;

class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual void thread(unsigned id) = 0;
  virtual void invariant() {}
  virtual void after() {}

  /// Set by the engine, before the first thread runs.
  const ScenarioInfo* info = nullptr;

 protected:
  /// The execution violates the property unless `condition` holds. `what` is a literal, as a complete statement of
  /// what is wrong.
  void expect(bool condition, const char* what, const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) const {
    if (!condition) [[unlikely]]
      current_run.fail(what, file, line);
  }

  /// This execution came to the situation that the info lists under this name.
  void reached(std::string_view witness) const;

  /// The result of this execution, one character an operation, in an order that the scenario documents. Call it once,
  /// from after(). Any outcome that the info doesn't list is a violation.
  void outcome(std::string_view result) const;
};

/// One engine's way of making objects of a scenario.
struct ScenarioType {
  const ScenarioInfo* info;
  std::string_view engine;   // "relacy", "explorer", "explorer-lb"
  std::string_view variant;  // gallery id of the broken variant that is under test; empty for the kernel itself
  std::size_t size;
  std::size_t alignment;
  Scenario* (*construct)(void* storage);
};

void register_scenario(const ScenarioType& type);

/// Registers class S, compiled for the backend in force, for each engine that runs that backend: under its own name, or
/// as a check of the gallery's `variant`.
template <class S>
class RegisterScenarioFor {
 public:
  template <std::size_t Engines>
  explicit RegisterScenarioFor(const std::array<std::string_view, Engines>& engines, std::string_view variant = {}) {
    for (const std::string_view engine : engines) {
      if (!S::kInfo.runs_on(engine)) continue;
      register_scenario({&S::kInfo, engine, variant, sizeof(S), alignof(S),
                         [](void* storage) -> Scenario* { return ::new (storage) S(); }});
    }
  }
};

}  // namespace hallmark::check
