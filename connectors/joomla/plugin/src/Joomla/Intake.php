<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Leadbridge\Plugin\System\Leadbridge\Lead\Capture;
use Leadbridge\Plugin\System\Leadbridge\Posting\MessageId;

/** Keeps a lead in the site's database, then tries to send it. */
final class Intake
{
    public function __construct(private readonly Wiring $wiring, private readonly Visitor $visitor)
    {
    }

    /** Does nothing when it is no lead, or one that is not wanted. */
    public function take(?Caught $caught): void
    {
        if ($caught === null) {
            return;
        }

        $lead = (new Capture($this->wiring->settings))->lead(
            $caught->source,
            $caught->formId,
            $caught->data,
            $this->visitor->context(),
            $this->visitor->language(),
            ($this->wiring->clock)(),
            $this->visitor->isOnPage()
        );

        if ($lead !== null) {
            $row = $this->wiring->spool->keep($lead, $caught->source, MessageId::fresh());
            $this->wiring->run->first($row);
        }
    }
}
