// The composition root: a Config in, a running gateway out.
//
// Purpose: alone knows which parts exist and in which order they start, reload, drain and stop. Owns everything in
// declaration order, so that destruction is the reverse.
// Refuses to know: command lines, what a request does.
// Threading: its methods are called from one thread that is not a shard's.
// Tests: tests/unit/app/, tests/e2e/
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/problems.h"
#include "base/result.h"
#include "config/config.h"
#include "pipeline/serving.h"

namespace parley::app {

// What somebody needs to know once, on the first start of an empty store.
struct FirstStart {
  std::string admin_username;
  std::string admin_password;   // empty unless it was generated now
  std::string admin_key_file;   // empty unless the key was generated now
  std::string secret_key_file;  // likewise
};

class App {
 public:
  // Opens the store, loads specs and mappings, makes the first administrator and owner, binds both ports.
  // What is wrong with files goes to `problems` (then the Result's error says only that).
  static Result<std::unique_ptr<App>> Create(config::Config config, Problems& problems);
  ~App();

  void Start();
  std::string server_url() const;  // "http://127.0.0.1:41231", "https://..." with a certificate
  std::string admin_url() const;
  const FirstStart& first_start() const;

  // Loads specs, mappings and the certificate anew and serves them from the next request (or connection) on; keeps all
  // of the old when anything is wrong.
  Status Reload(Problems& problems);
  // Finishes requests in flight within the configured time, then stops everything and closes the store.
  void Stop();

 private:
  struct Parts;
  explicit App(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace parley::app
