// The shortcuts of the presenter.
import { shortcuts } from "../organisers/keys.js";

export const keys = shortcuts("tot.present.keys.off");
