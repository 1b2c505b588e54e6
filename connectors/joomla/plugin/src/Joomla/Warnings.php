<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Language\Text;
use Leadbridge\Plugin\System\Leadbridge\Lead\Source;
use Leadbridge\Plugin\System\Leadbridge\Settings;

/** What in the settings keeps leads from leaving, in plain words. */
final class Warnings
{
    private const PUBLIC_ACCESS = 1;

    /** @var  list<string> */
    private const SOURCES = [Source::CONTACT, Source::REGISTRATION, Source::CONVERT_FORMS, Source::RSFORM];

    public function __construct(private readonly Settings $settings)
    {
    }

    /**
     * @param   bool  $keepsTime  HttpTransport::keepsTime()
     *
     * @return  list<string>  plain text
     */
    public function all(Registered $plugin, bool $keepsTime): array
    {
        return [
            ...($plugin->isEnabled ? [] : [Text::_('PLG_SYSTEM_LEADBRIDGE_WARN_DISABLED')]),
            ...($plugin->access === self::PUBLIC_ACCESS ? [] : [Text::_('PLG_SYSTEM_LEADBRIDGE_WARN_ACCESS')]),
            ...($keepsTime ? [] : [Text::_('PLG_SYSTEM_LEADBRIDGE_WARN_CURL')]),
            ...($this->settings->isReadableOnTheWay() ? [Text::_('PLG_SYSTEM_LEADBRIDGE_WARN_HTTP')] : []),
            ...$this->sourcesWithoutForm(),
            ...array_map(
                static fn (string $purpose): string => Text::sprintf('PLG_SYSTEM_LEADBRIDGE_WARN_NO_TEXT', Names::box($purpose)),
                $this->settings->consents->withoutText()
            ),
            ...array_map(
                static fn (string $name): string => Text::sprintf('PLG_SYSTEM_LEADBRIDGE_WARN_FORBIDDEN', $name),
                $this->settings->fields->refused()
            ),
        ];
    }

    /** @return  list<string> */
    private function sourcesWithoutForm(): array
    {
        $lost = array_filter(
            self::SOURCES,
            fn (string $source): bool => $this->settings->wants($source) && !$this->settings->forms->knows($source)
        );

        return array_map(
            static fn (string $source): string => Text::sprintf('PLG_SYSTEM_LEADBRIDGE_WARN_NO_ROW', Names::source($source)),
            array_values($lost)
        );
    }
}
