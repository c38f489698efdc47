#include "contract/storage/engines.h"
